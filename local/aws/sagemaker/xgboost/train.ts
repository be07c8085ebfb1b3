import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { boost, type Evaluation } from './boost';
import { channelFiles } from './channel-files';
import { parseHyperparameters } from './hyperparameters';
import type { Matrix } from './matrix';
import { encodeModel } from './model-file';
import { readMatrix } from './parquet-matrix';
import { UserError } from './user-error';

/** What a run needs of the world around it. */
export interface TrainOptions {
  /** The folder that stands for `/opt/ml`. */
  readonly root: string;
  /** Takes a line of the log. */
  readonly log: (line: string) => void;
  /** SIGTERM: ends after the current round, keeping the model so far. */
  readonly signal?: AbortSignal;
}

const acceptedContentTypes: ReadonlySet<string> = new Set(['parquet', 'application/x-parquet']);

/**
 * One run of the training program over the container's folder layout: reads `input/config` and `input/data/<channel>`, writes
 * `model/xgboost-model`, and logs like the container.
 * @throws UserError for anything that the job's owner has to change
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo.html
 */
export async function train({ root, log, signal }: TrainOptions): Promise<void> {
  const hyperparameters = parseHyperparameters(
    (await readJson(path.join(root, 'input/config/hyperparameters.json'))) as Record<string, string>,
  );
  const channels = (await readJson(path.join(root, 'input/config/inputdataconfig.json'))) as Record<
    string,
    { readonly ContentType?: string }
  >;
  if (channels.train === undefined) {
    throw new UserError('Missing required channel: train');
  }
  const matrices: Record<string, Matrix> = {};
  for (const name of ['train', 'validation']) {
    const channel = channels[name];
    if (channel !== undefined) {
      checkContentType(channel.ContentType);
      matrices[name] = await readChannel(path.join(root, 'input/data', name), name, log);
    }
  }
  const { train: trainMatrix, validation } = matrices as { readonly train: Matrix; readonly validation?: Matrix };
  if (validation !== undefined && validation.columns !== trainMatrix.columns) {
    throw new UserError(`feature_names mismatch: train has ${trainMatrix.columns} features, validation ${validation.columns}`);
  }
  log(stamped('Single node training.'));
  log(stamped(`Train matrix has ${trainMatrix.rows} rows and ${trainMatrix.columns} columns`));
  if (validation !== undefined) {
    log(stamped(`Validation matrix has ${validation.rows} rows`));
  }
  const model = await boost({ train: trainMatrix, ...(validation !== undefined && { validation }) }, hyperparameters, {
    onRound: (round, evaluation) => log(evaluationLine(round, evaluation)),
    ...(signal !== undefined && { signal }),
  });
  await fs.writeFile(path.join(root, 'model/xgboost-model'), encodeModel(model));
}

async function readChannel(folder: string, name: string, log: (line: string) => void): Promise<Matrix> {
  const { files, tooDeep } = await channelFiles(folder);
  for (const each of tooDeep) {
    log(stamped(`The depth of folder ${each} exceed the limit 3. Files in deeper sub dirs won't be loaded.`, 'WARNING'));
  }
  const matrix = await readMatrix(files);
  if (matrix.rows === 0) {
    throw new UserError(`No data in ${name === 'train' ? 'training' : name} channel path ${folder}`);
  }
  return matrix;
}

function checkContentType(given: string | undefined): void {
  const contentType = (given ?? 'text/libsvm').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!acceptedContentTypes.has(contentType)) {
    throw new UserError(`${contentType} is not an accepted ContentType: the local training program reads application/x-parquet`);
  }
}

/** `[3]\ttrain-auc:0.91234\tvalidation-auc:0.90123`: what SageMaker's metric definitions look for. */
function evaluationLine(round: number, evaluation: Evaluation): string {
  const metrics = Object.entries(evaluation).flatMap(([channel, values]) =>
    Object.entries(values).map(([name, value]) => `${channel}-${name}:${Number.isNaN(value) ? 'nan' : value.toFixed(5)}`),
  );
  return [`[${round}]`, ...metrics].join('\t');
}

function stamped(message: string, level = 'INFO'): string {
  const [date = '', time = ''] = new Date().toISOString().split(/[T.]/);
  return `[${date}:${time}:${level}] ${message}`;
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await fs.readFile(file, 'utf8')) as unknown;
}
