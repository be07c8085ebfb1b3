import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withExamples } from '../../../ops/cost/examples';
import { parseCostOptions } from '../../../ops/cost/options';
import { printed } from '../../../ops/cost/print';
import { reportOf } from '../../../ops/cost/report';
import { projectRoot } from '../../../lib/shared/node-bundle';
import { bundleRuntimeCode, type RuntimeCode } from '../../../lib/shared/runtime-code';

jest.setTimeout(60_000);

const argv = (text: string): string[] => text.split(' ');
let code: RuntimeCode;
beforeAll(async () => {
  code = await bundleRuntimeCode();
});

test('the examples in docs/cost.md and the README are what the commands print', () => {
  for (const name of ['docs/cost.md', 'README.md']) {
    const document = readFileSync(join(projectRoot, name), 'utf8');

    expect(withExamples(document, code)).toBe(document);
  }
});

test('amounts add up, columns align and nothing is wider than 100 columns', () => {
  const options = parseCostOptions(argv('--stage prod --devices 1000000 --interval 1s --bytes 5000'));
  expect(options).toBeDefined();
  const report = reportOf(options as NonNullable<typeof options>, code);
  const lines = printed(report).split('\n');

  expect(lines.filter((line) => line.length > 100)).toEqual([]);
  expect(new Set(lines.filter((line) => /\$[\d,]+\.\d\d$/.test(line)).map((line) => line.length))).toEqual(new Set([100]));
  expect(report.estimate.services.reduce((sum, { amount }) => sum + amount, 0)).toBeCloseTo(report.estimate.total, 6);
});

test('a sender that the stage does not have, and a region without prices, are refused', () => {
  const of = (text: string) => () =>
    reportOf(parseCostOptions(argv(text)) as NonNullable<ReturnType<typeof parseCostOptions>>, code);

  expect(of('--devices 1 --interval 1s --bytes 1 --region eu-west-1')).toThrow(
    /^no price in eu-west-1 for .*kinesis\.on-demand\.stream/,
  );
  expect(of('--devices 1 --interval 1s --bytes 1 --stage nowhere')).toThrow('-c stage is "nowhere"');
});

test.each([
  ['--interval 5s --bytes 200', '--devices is not given; it must be an integer from 1 to 1000000000'],
  ['--devices 0 --interval 5s --bytes 200', '--devices is "0"'],
  ['--devices 1 --interval 5 --bytes 200', '--interval is "5"; it must be a time such as 500ms, 5s, 2m or 1h'],
  ['--devices 1 --interval 0s --bytes 200', '--interval is "0s"'],
  ['--devices 1 --interval 5s --bytes 2000000', '--bytes is "2000000"; it must be an integer from 1 to 1048576'],
  ['--devices 1 --interval 5s --bytes 2 --sender pigeon', '--sender is "pigeon"; it must be one of iot-core, basic-ingest'],
  ['--devices 1 --interval 5s --bytes 2 --domain moon', '--domain is "moon"; it must be one of'],
  ['--devices 1 --speed 5', "Unknown option '--speed'"],
])('%s is refused', (text, message) => {
  expect(() => parseCostOptions(argv(text))).toThrow(message);
});

test('--help asks for nothing else', () => {
  expect(parseCostOptions(['--help'])).toBeUndefined();
});
