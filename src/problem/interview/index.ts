export { type Answers, answeredStatement } from "./answers.ts"
export { type InterviewQuestion, interviewQuestions } from "./questions.ts"
