export { inDays, objectSpanMs, type DaySpan } from './days';
export { inputsSelect, type CountedTables } from './inputs';
export { dayLiteral, timestampLiteral } from './literals';
export { channels, splitExpression, splitFolder, splits, splitsOf, type Channel, type Split } from './splits';
export { countsSelect, examplesSelect, scoringSelect, splitSelect, unloadStatement } from './statements';
export { isTunedInWholeNumbers, tuningFaults, type Tuning, type TuningFault, type TuningRange } from './tuning';
export type { Baseline, ExampleScope, HoldOut, ScoringScope, TimeWindow, TrainingSet } from './training-set';
