"""Writes test/fixtures/text/stems.tsv: words and their stems by the reference implementation of the Snowball algorithms.

usage: python3 bench/peers/stems.py WORDS.txt > test/fixtures/text/stems.tsv
needs: snowballstemmer (any 2.x or 3.x; the words chosen stem alike in all of them)
"""
import sys

import snowballstemmer

ENGLISH = ("porter", "english")
OTHERS = {
    "french": "majestueusement continuellement chevaux nationalité journaux aimerions petites heureuse généralement finissons",
    "german": "häuser aufeinanderfolgenden kategorien freundlichkeit schönsten bücher arbeiten mädchen größeren fahrzeuge",
    "spanish": "niños canciones rápidamente trabajadores felicidad corriendo bibliotecas hablaremos nacionales perros",
    "italian": "abbandonata bellissimi velocemente nazionali canzoni lavoratori parlando ragazze felicità giornali",
    "portuguese": "trabalhadores felicidade rapidamente nacionais canções meninos correndo bibliotecas falaremos jornais",
    "russian": "важнейшие книгами бегущий красивого работникам столицы читала домов делать вечерами",
    "swedish": "jaktkarlarne klostergården friskare bilarna böcker arbetare vänligheten skriver husen flickorna",
}
words = [line.strip() for line in open(sys.argv[1], encoding="utf8") if line.strip()]
for language in ENGLISH:
    stemmer = snowballstemmer.stemmer(language)
    for word in words:
        print(f"{language}\t{word}\t{stemmer.stemWord(word)}")
for language, listed in OTHERS.items():
    stemmer = snowballstemmer.stemmer(language)
    for word in listed.split():
        print(f"{language}\t{word}\t{stemmer.stemWord(word)}")
