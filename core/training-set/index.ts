export { inDays, objectSpanMs, type DaySpan } from './days';
export { dayLiteral, timestampLiteral } from './literals';
export { channels, splitExpression, splitFolder, splits, splitsOf, type Channel, type Split } from './splits';
export { countsSelect, examplesSelect, scoringSelect, splitSelect, unloadStatement } from './statements';
export type { Baseline, ExampleScope, HoldOut, ScoringScope, TimeWindow, TrainingSet } from './training-set';
