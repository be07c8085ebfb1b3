import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Errors, JsonPath, TaskInput, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';

/** One way in which a run ends, and what is said of it. */
export interface OutcomeMessage {
  /** At most 60 characters, ASCII: with the pipeline's name it has to fit into the 100 that a subject may have. */
  readonly subject: string;
  /** Text with `{}` for each value. Neither an apostrophe nor a backslash: both have a meaning in `States.Format`. */
  readonly text: string;
  /** JSONPaths of the values. The execution's ARN follows them by itself, and where to read on. */
  readonly values: readonly string[];
  /** Section of the runbook that says what to do. @default - there is nothing to do */
  readonly section?: string;
}

/** What is told of a run, by outcome. A value that is not in the state would fail the run: only what each outcome always has. */
export const outcomeMessages = {
  trained: {
    subject: 'model trained',
    text: 'Model {} is trained on {} rows and validated on {}: {} is {}. Model: {} Inputs: {}',
    values: [
      '$.record.jobName',
      '$.record.rows.train',
      '$.record.rows.validation',
      '$.record.objective.metric',
      '$.record.objective.value',
      '$.record.modelUri',
      '$.record.manifestUri',
    ],
  },
  nothingToTrain: {
    subject: 'nothing to train',
    text: 'No model was trained: {}. The next run looks again.',
    values: ['$.plan.reason'],
    section: 'silence',
  },
  failed: {
    subject: 'training failed',
    text: 'No model was trained. {}: {} The next run tries again.',
    values: ['$.failure.Error', '$.failure.Cause'],
    section: 'training-failed',
  },
} as const satisfies Readonly<Record<string, OutcomeMessage>>;

export interface NotifyProps {
  readonly topic: ITopic;
  /** The pipeline's name, in the subject. */
  readonly pipeline: string;
  /** Where the runbook is read. */
  readonly runbookUrl: string;
  readonly message: OutcomeMessage;
  /** The state that follows, whether or not the message got out: a message that is lost does not make a model worse. */
  readonly next: IChainable;
}

/** Publishes a message and goes on; the state stays as it was. */
export function notify(scope: Construct, id: string, { topic, pipeline, runbookUrl, message, next }: NotifyProps): IChainable {
  const { subject, text, values, section } = message;
  const readOn = section === undefined ? '' : ` What to do: ${inFormat(runbookUrl)}#${section}`;
  const publish = SnsPublish.jsonPath(scope, id, {
    topic,
    subject: `${pipeline}: ${subject}`,
    message: TaskInput.fromText(
      JsonPath.format(
        `${text} Execution: {}${readOn}`,
        ...values.map((path) => JsonPath.stringAt(path)),
        JsonPath.stringAt('$$.Execution.Id'),
      ),
    ),
    resultPath: JsonPath.DISCARD,
  });
  publish.addRetry({ errors: [Errors.ALL], interval: Duration.seconds(2), backoffRate: 2, maxAttempts: 5 });
  publish.addCatch(next, { errors: [Errors.ALL], resultPath: JsonPath.DISCARD });
  return publish.next(next);
}

/** An address without the characters that have a meaning in `States.Format`. */
function inFormat(url: string): string {
  return url.replace(/['{}\\]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
