import fc from 'fast-check';
import { primaryMetricOf } from '../../../lambda/judge-model/primary-metric';
import { judge, type ApprovalRule, type Contest } from '../../../lambda/judge-model/verdict';

const rmse = primaryMetricOf('regression');
const precision = primaryMetricOf('binary');
const automatic: ApprovalRule = { approval: 'automatic', tolerance: 0 };
const manual: ApprovalRule = { approval: 'manual', tolerance: 0 };

const contest = (candidate: number, baseline: number, current?: number, change: Partial<Contest> = {}): Contest => ({
  metric: precision,
  rows: 12_345,
  candidate: { value: candidate },
  baseline: { value: baseline },
  ...(current !== undefined && { current: { version: 3, score: { value: current } } }),
  ...change,
});

describe('the verdict over a model', () => {
  test.each<[string, Contest, ApprovalRule, string, string, string]>([
    [
      'the first that is better than the baseline',
      contest(0.4123, 0.12),
      automatic,
      'first',
      'Approved',
      'average precision 0.4123 on 12,345 test rows: better than the baseline, 0.12; no model is in use',
    ],
    ['the first, where a person approves', contest(0.4, 0.12), manual, 'first', 'PendingManualApproval', 'no model is in use'],
    [
      'one no better than the baseline',
      contest(0.12, 0.12),
      automatic,
      'worse',
      'Rejected',
      'average precision 0.12 on 12,345 test rows: no better than the baseline, 0.12',
    ],
    [
      'one better than the model in use',
      contest(0.41, 0.12, 0.4),
      automatic,
      'better',
      'Approved',
      'average precision 0.41 on 12,345 test rows: better than version 3, which is in use, 0.4; baseline 0.12',
    ],
    ['one as good as the model in use', contest(0.4, 0.12, 0.4), automatic, 'better', 'Approved', 'the same as version 3'],
    [
      'one a little worse than the model in use, told with the digits that show it',
      contest(0.400001, 0.12, 0.400002),
      automatic,
      'worse',
      'Rejected',
      'average precision 0.400001 on 12,345 test rows: worse than version 3, which is in use, 0.400002; baseline 0.12',
    ],
    [
      'one worse than the model in use, within the tolerance',
      contest(0.396, 0.12, 0.4),
      { ...automatic, tolerance: 0.01 },
      'better',
      'Approved',
      'worse than, but within the tolerance of, version 3, which is in use, 0.4',
    ],
    [
      'one worse by more than the tolerance',
      contest(0.395, 0.12, 0.4),
      { ...automatic, tolerance: 0.01 },
      'worse',
      'Rejected',
      'worse than version 3, which is in use, 0.4, by more than 1 %; baseline 0.12',
    ],
    [
      'one better than the model in use, but not than the baseline',
      contest(0.4, 0.5, 0.3),
      automatic,
      'worse',
      'Rejected',
      'no better than the baseline, 0.5',
    ],
    [
      'one whose error is smaller',
      contest(13.1, 40, 13.5, { metric: rmse }),
      automatic,
      'better',
      'Approved',
      'RMSE 13.1 on 12,345 test rows: better than version 3, which is in use, 13.5; baseline 40',
    ],
    [
      'one whose error is larger by more than the tolerance',
      contest(14, 40, 13.5, { metric: rmse }),
      { ...automatic, tolerance: 0.03 },
      'worse',
      'Rejected',
      'by more than 3 %',
    ],
    [
      'one whose error is larger, within the tolerance',
      contest(13.9, 40, 13.5, { metric: rmse }),
      { ...manual, tolerance: 0.03 },
      'better',
      'PendingManualApproval',
      'within the tolerance',
    ],
    [
      'one that nobody can judge for want of rows',
      contest(0, 0, 0, { rows: 0 }),
      automatic,
      'not-comparable',
      'PendingManualApproval',
      'there are no test rows',
    ],
    [
      'one on rows of one class',
      contest(0, 0, undefined, { candidate: { why: 'no row is positive' } }),
      automatic,
      'not-comparable',
      'PendingManualApproval',
      'average precision of the new model cannot be told: no row is positive',
    ],
    [
      'one without a baseline',
      contest(0.4, 0, undefined, { baseline: { why: 'no value' } }),
      automatic,
      'not-comparable',
      'PendingManualApproval',
      'average precision of the baseline cannot be told: no value',
    ],
    [
      'one beside a model of other features',
      contest(0.4, 0.1, undefined, { current: { version: 3, score: { why: 'it sees other features' } } }),
      automatic,
      'not-comparable',
      'PendingManualApproval',
      'average precision 0.4 on 12,345 test rows: better than the baseline, 0.1; version 3, which is in use, cannot be compared: it sees other features',
    ],
    [
      'one worse than the baseline, beside a model of other features',
      contest(0.1, 0.1, undefined, { current: { version: 3, score: { why: 'it sees other features' } } }),
      automatic,
      'worse',
      'Rejected',
      'no better than the baseline',
    ],
  ])('of %s', (_what, given, rule, verdict, approval, reason) => {
    expect(judge(given, rule)).toEqual({ verdict, approval, reason: expect.stringContaining(reason) as string });
  });

  test('never approves what is no better than the baseline or worse than the tolerance allows (seed 1)', () => {
    const value = fc.double({ min: 0.001, max: 1, noNaN: true });
    const tolerances = fc.double({ min: 0, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(
        value,
        value,
        fc.option(value, { nil: undefined }),
        tolerances,
        fc.boolean(),
        (own, baseline, current, tolerance, isError) => {
          const given = contest(own, baseline, current, { metric: isError ? rmse : precision });
          const { approval, verdict } = judge(given, { approval: 'automatic', tolerance });
          const beatsBaseline = isError ? own < baseline : own > baseline;
          const isGood = current === undefined || (isError ? own <= current * (1 + tolerance) : own >= current * (1 - tolerance));
          expect(approval === 'Approved').toBe(beatsBaseline && isGood);
          expect(verdict === 'worse').toBe(approval === 'Rejected');
          expect(judge(given, { approval: 'manual', tolerance }).approval).toBe(
            approval === 'Approved' ? 'PendingManualApproval' : approval,
          );
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });
});
