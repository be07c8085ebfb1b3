import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { domainNamed } from '../../domains';
import { S3Lake } from '../shared/s3-lake';
import { SageMakerRegistry } from '../shared/sagemaker-registry';
import { parseJudgeModelConfig } from './config';
import { parseJudgeModelEvent } from './event';
import type { JudgedModel } from './judged-model';
import { judgeModel } from './logic';

const s3 = new S3Client({});
const sagemaker = new SageMakerClient({});

/** Judges a trained model. Event: a `JudgeModelEvent`; answers the `JudgedModel`. */
export async function handler(event: unknown): Promise<JudgedModel> {
  const config = parseJudgeModelConfig(process.env, domainNamed);
  const lake = new S3Lake(s3, config.lakeBucket);
  const registry = new SageMakerRegistry(sagemaker, config.modelPackageGroup);
  return judgeModel(lake, registry, config, parseJudgeModelEvent(event));
}
