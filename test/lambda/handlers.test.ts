import { handler as checkWindow } from '../../lambda/check-window/handler';
import { handler as deployModel } from '../../lambda/deploy-model/handler';
import { handler as inspectTrainingSet } from '../../lambda/inspect-training-set/handler';
import { handler as judgeModel } from '../../lambda/judge-model/handler';
import { handler as planTraining } from '../../lambda/plan-training/handler';
import { handler as recordModel } from '../../lambda/record-model/handler';
import { handler as registerModel } from '../../lambda/register-model/handler';
import { handler as startTraining } from '../../lambda/start-training/handler';
import { handler as startTuning } from '../../lambda/start-tuning/handler';

const handlers = {
  checkWindow,
  planTraining,
  inspectTrainingSet,
  startTuning,
  startTraining,
  recordModel,
  judgeModel,
  registerModel,
  deployModel,
};

describe('each function of the workflows', () => {
  const before = process.env;
  afterEach(() => {
    process.env = before;
  });

  test.each(Object.entries(handlers))('%s names the variables that its environment lacks', async (_name, handler) => {
    process.env = { DOMAIN: 'turbofan' };
    await expect(handler({})).rejects.toMatchObject({
      name: 'TrainingInputInvalid',
      message: expect.stringMatching(/environment variable .*(?:LAKE_BUCKET|ENDPOINT_NAME).* is not set/) as string,
    });
  });
});
