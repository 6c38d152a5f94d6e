import { assumed, computed, stated } from "../quantity.ts"
import type { ProblemStatement } from "../statement.ts"
import { deviceMachine } from "./machines.ts"

/** Image segmentation of road scenes: a class for every pixel, in time for the planner. */
export const segmentationStatement: ProblemStatement = {
  kind: "segmentation",
  title: "Image segmentation",
  setUp: {
    prompt: "Let a car see the road.",
    restated:
      "Given one camera frame, predict one class for every pixel within the time of a frame, so that the planner knows where it may drive.",
    objective: { goal: "The car drives with fewer interventions by its driver.", onlineMetric: "interventions per 1,000 km" },
    learning: {
      task: "segmentation",
      relevance: "binary",
      uses: "order",
      inputs: "raw",
      input: "RGB frame, 256 x 128 pixels",
      output: "class of each pixel out of ten, with confidence",
      label: "mask",
      objective: "class-weighted pixel cross-entropy and Dice",
    },
    inScope: ["ten classes of the road scene", "day, night, rain and fog", "drivable region for the planner"],
    outOfScope: ["steering itself", "radar and lidar fusion", "tracking single objects", "maps"],
    actors: [
      { name: "car", is: "camera, computer and planner" },
      { name: "driver", is: "who takes over" },
      { name: "road user", is: "pedestrians, cars, cyclists" },
      { name: "scene", is: "road, weather, light" },
    ],
    actions: [
      { name: "take over", by: "driver", event: "interaction", tells: "against", feeds: ["feature"] },
      { name: "label frame", by: "driver", event: "judgement", tells: "neutral", feeds: ["label"] },
    ],
    decisions: [
      { decision: "which pixels are drivable", by: "system" },
      { decision: "to brake, accelerate or steer", by: "car" },
      { decision: "to take over", by: "driver" },
    ],
    placements: ["planner of the car", "labelling queue"],
    incumbent: { name: "colour threshold", how: "grey and near the bottom is road" },
    constraints: {
      runsOn: "device",
      accelerator: false,
      trainingHours: stated(48, "hours", "one training run"),
      trainingBytes: stated(32e9, "B", "one machine"),
      continual: false,
      interpretability: "none",
      interpretabilityWhy: "masks are looked at; safety rests on slices and the planner's own checks",
    },
    privacy: {
      personal: [
        { field: "face", handling: "drop" },
        { field: "number plate", handling: "drop" },
        { field: "driver", handling: "hash" },
      ],
      deletion: "drives are removed with their frames; faces and plates are blurred before storage",
      groups: ["pedestrians by skin tone", "pedestrians by age", "night"],
    },
    segments: { by: ["light", "weather", "town"], choice: "one model", why: "the car cannot choose its weather; slices gate the release" },
    questions: [
      { ask: "Which classes?", why: "decides labels and cost of a mistake", taken: "ten road classes" },
      {
        ask: "Which frame rate?",
        why: "is the latency budget",
        taken: "10 frames a second; 30 as strict variant",
        sets: ["peakQps", "p99Ms"],
      },
      { ask: "Which weather?", why: "the training mix must hold it", taken: "day, night, rain, fog" },
      { ask: "Where does it run?", why: "decides size and quantisation", taken: "in the car, on four cores" },
    ],
  },
  scale: {
    users: assumed(1, "users", "one planner in each car"),
    items: computed(32_768, "items", "pixels of one frame, 256 x 128"),
    matches: computed(32_768, "items", "every pixel gets a class"),
    requestsPerDay: computed(72_000, "requests/day", "two hours at 10 frames a second"),
    peakQps: stated(10, "QPS", "10 frames a second"),
    trainingRowsPerDay: assumed(500, "rows/day", "labelled frames"),
    baseRate: assumed(0.01, "share", "pixels that are pedestrians"),
    bytesPerItem: assumed(3000, "B", "activations a pixel in the widest layer, 8-bit weights beside"),
    logBytesPerRequest: assumed(2000, "B", "mask run lengths; one frame in a hundred is stored"),
    latency: {
      p99Ms: stated(100, "ms", "one frame at 10 frames a second"),
      fixed: [
        { name: "resize and normalise", budgetMs: 5 },
        { name: "drivable path", budgetMs: 10 },
      ],
      stages: [
        {
          name: "segment",
          does: "contracting and expanding network with skips",
          family: "network",
          keeps: 32_768,
          budgetMs: 80,
          microsPerItem: assumed(1.5, "µs", "some 50 ms a frame on one core, 8 bit"),
        },
      ],
    },
    staleness: {
      itemHalfLifeHours: assumed(8760, "hours", "roads change over years, seasons over months"),
      retrainHours: stated(720, "hours", "monthly, with new failures"),
      newItemVisibleSeconds: stated(1, "s", "the next frame"),
    },
    machine: deviceMachine,
  },
  metrics: {
    offline: [
      { name: "meanIou", judges: "all classes alike", why: "pixel accuracy is won by sky and road; gates releases" },
      { name: "pixelAccuracy", judges: "the frame", why: "shown beside to expose what it hides" },
    ],
    online: [
      { name: "interventions per 1,000 km", formula: "take-overs / km x 1,000", scope: "end-to-end", readBy: "safety team: drive or not" },
      { name: "frames in time", formula: "frames within budget / frames", scope: "component", readBy: "platform team" },
    ],
    counter: [{ name: "needless braking per 1,000 km", why: "interventions can be bought with timidity" }],
    guardrails: [
      { name: "IoU of pedestrians", relation: "at least", limit: stated(0.5, "share", "safety case") },
      { name: "p99 of a frame", relation: "at most", limit: stated(100, "ms") },
    ],
  },
  architecture: {
    serving: "real time",
    servingWhy: "the planner needs this frame, not the last",
    components: [
      { name: "camera", does: "frames", lane: "request", after: [] },
      { name: "preprocessing", does: "same code as in training", lane: "request", after: ["camera"] },
      { name: "segmentation", does: "class of each pixel", lane: "request", after: ["preprocessing", "training"] },
      { name: "drivable path", does: "where to go", lane: "request", after: ["segmentation"] },
      { name: "planner", does: "brake, accelerate, steer", lane: "request", after: ["drivable path"] },
      { name: "fleet log", does: "failures and doubtful frames", lane: "learning", after: ["planner"] },
      { name: "labelling", does: "masks by hand", lane: "learning", after: ["fleet log"] },
      { name: "training", does: "augmented frames", lane: "learning", after: ["labelling"] },
    ],
    offlineJobs: ["frame embeddings to find like failures", "weather translation of labelled frames"],
  },
  offline: {
    data: [
      { name: "labelled frames", source: "drives, masks by hand", size: "500 frames a day" },
      { name: "procedural scenes", source: "generator with exact masks", size: "as many as wanted" },
    ],
    labels: [
      {
        name: "mask",
        from: ["raters", "label frame"],
        positive: "the class of the pixel",
        negative: "every other class",
        signal: "stated",
        delay: stated(72, "hours", "labelling queue"),
      },
    ],
    features: [
      { of: "frame", names: ["pixels after preprocessing"] },
      { of: "scene", names: ["light and weather, for slices only"] },
    ],
    negatives: "all pixels are labelled; rare classes weigh more",
    split: { by: "scene", how: "by drive and town; neighbouring frames never cross" },
    ladder: [
      { family: "rules", model: "colour threshold", when: "always: the incumbent" },
      { family: "trees", model: "forest over colour, place and texture", when: "hundreds of frames" },
      { family: "network", model: "U-Net", when: "thousands of frames, with augmentation" },
    ],
  },
  online: {
    experiment: {
      unit: "drive",
      control: "colour threshold",
      primary: "interventions per 1,000 km",
      hypothesis: "A network that sees shapes lowers interventions, since shade and rain no longer hide the road.",
      smallestEffect: stated(0.1, "share", "one take-over in ten"),
      days: stated(28, "days", "several kinds of weather"),
    },
    rollout: ["replay of recorded drives", "shadow in the car", "closed track", "fleet by town"],
    fallback: "the last mask with its age; the planner slows down",
  },
  iteration: {
    monitors: [
      { watches: "class shares of the masks", alarm: "population stability index above 0.25" },
      { watches: "mean confidence by hour", alarm: "below that of the night slice" },
    ],
    risks: [
      { risk: "sky and road hide pedestrians", sign: "accuracy up, pedestrian IoU down", remedy: "weights, focal loss, guardrail" },
      { risk: "neighbouring frames in training and test", sign: "test far above the road", remedy: "split by drive" },
      {
        risk: "translated weather has artefacts",
        sign: "gain on translated, none on real night",
        remedy: "check by a model trained without it",
      },
    ],
    openQuestions: ["Which weather is missing from the drives?", "How is a needless take-over told from a needed one?"],
    next: ["transfer from a larger set", "conditional translation of day to night"],
  },
}
