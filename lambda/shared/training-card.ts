import type { EventReader } from './event-reader';

/** What the steps after InspectTrainingSet read of its answer: the data card in short. */
export interface TrainingCard {
  /** Rows of the training set, by split. */
  readonly rows: Readonly<Record<string, number>>;
  /** Rows of the train split whose label is above 0. @default - the model predicts a number */
  readonly positives?: number;
  /** The other rows of the train split. @default - the model predicts a number */
  readonly negatives?: number;
  /** Whether a gate would have held training back, and a person has started it nevertheless. */
  readonly forced: boolean;
  /** The same rows have the same hash. */
  readonly contentHash: string;
}

/** Reads a card at `name` of an event. @throws TrainingError naming the member that is missing or of another kind */
export function readTrainingCard(event: EventReader, name: string): TrainingCard {
  const card = event.object(name);
  return {
    rows: card.numbers('rows'),
    ...(card.has('positives') && { positives: card.number('positives') }),
    ...(card.has('negatives') && { negatives: card.number('negatives') }),
    forced: card.flag('forced'),
    contentHash: card.text('contentHash'),
  };
}
