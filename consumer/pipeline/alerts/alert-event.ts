/** What becomes of alerts. */
export type AlertEvent =
  | {
      readonly type: 'alerts-sent';
      readonly shardId: string;
      /** How many the topic accepted, and which: the first of them. */
      readonly alerts: number;
      readonly ids: readonly string[];
    }
  | {
      /** They were too many: they are told of together, in one message. */
      readonly type: 'alerts-withheld';
      readonly shardId: string;
      readonly alerts: number;
      readonly ids: readonly string[];
    }
  | {
      /** A message, about an alert or about those withheld, that the topic did not accept: nobody was told. */
      readonly type: 'alert-lost';
      readonly shardId: string;
      readonly code: string;
      /** What it would have said. */
      readonly message: string;
    };
