import type { Report } from '../../../local/run/report';
import { bytes } from '../../../local/run/numbers';
import { summarize } from '../../../local/run/summary';
import { outcome } from '../training/fixtures';

const report: Report = {
  domain: 'factory',
  records: {
    sent: 1200,
    delivered: 1190,
    quarantined: { wrong_type: 2, oversized: 6 },
    duplicatesDropped: 2,
    redelivered: 3,
    redeliveredOtherwise: 0,
    duplicatesInLake: 0,
    balanced: true,
    expected: { delivered: 1190, wrong_type: 2, oversized: 6, duplicate: 2 },
  },
  tables: { telemetry: { rows: 1193, files: 2, bytes: 123_456 } },
  alerts: { sent: 5, repeated: 1, toldTogether: 30, bySignal: { power: 1, vibration: 4 } },
  firehose: { records: 9, payloadBytes: 1_000_000, billedBytes: 1_010_000 },
  training: outcome,
  scoring: {
    end: 'batch-scored',
    batch: {
      id: '20261120T093000000Z',
      from: '2026-11-20T09:30:00.000Z',
      cutoff: '2026-11-20T10:30:00.000Z',
      rows: 1_180,
      files: 1,
      model: 'job-1',
      modelVersion: 3,
    },
    predictions: '/out/predictions',
    worstDevices: [{ deviceId: 'press-4', sequence: 7, eventTime: '2026-11-20T10:29:00.000Z', prediction: 0.81239 }],
    devices: 40,
  },
  workers: 2,
  shards: 4,
  consumers: [{ workerId: 'consumer-1', maxRssBytes: 150e6, deviceStatesWritten: 1_234 }],
  seconds: { synth: 3, total: 50 },
};

describe('the summary', () => {
  const withEndpoint = (endpoint: NonNullable<Report['endpoint']>): string =>
    summarize({ ...report, endpoint }, { tables: {}, quarantine: '', alerts: '' }, (path) => path);

  const text = summarize(
    report,
    { tables: { telemetry: '/out/telemetry' }, quarantine: '/out/bad', alerts: '/out/alerts.log' },
    (path) => path.slice(1),
  );

  test('says what became of the records, worst reason first', () => {
    expect(text).toMatch(/sent +1,200\n +delivered +1,190\n +quarantined +8 +out\/bad\n +oversized +6\n +wrong_type +2\n/);
    expect(text).toMatch(/delivered twice +3 /);
    expect(text).not.toContain('of them otherwise');
    expect(text).toContain('stored 1,234 times');
    expect(text).toMatch(/balance +adds up/);
    expect(text).toMatch(/against the simulator +exact/);
  });

  test('says where the files and the model lie, and what Firehose would bill', () => {
    expect(text).toContain('1,193 rows  2 files, 123.5 kB, out/telemetry');
    expect(text).toContain('1.010 × the payload, in 9 records');
    expect(text).toMatch(/training job +Completed {2}job-1, spot capacity\n/);
    expect(text).toContain('out/model.tar.gz');
  });

  test('says who was told of what, and nothing where there was nothing to tell', () => {
    expect(text).toMatch(
      /Alerts\n +sent +5 +out\/alerts.log\n +vibration +4\n +power +1\n +told of together +30 .*\n +sent twice +1 /,
    );
    const alerts = { sent: 0, repeated: 0, toldTogether: 0, bySignal: {} };
    expect(summarize({ ...report, alerts }, { tables: {}, quarantine: '', alerts: '' }, (path) => path)).not.toContain('Alerts');
  });

  test('says what answers requests, where there is an endpoint', () => {
    expect(withEndpoint({ name: 'live', status: 'InService', modelVersion: 3 })).toMatch(
      /Endpoint\n +in service +version 3 {2}live\n/,
    );
    expect(withEndpoint({ name: 'live', status: 'Failed', modelVersion: 3, failureReason: 'no room' })).toMatch(
      / +Failed +version 3 {2}live\n +last failure +no room\n/,
    );
    expect(withEndpoint({ name: 'live', status: 'none' })).toMatch(/ none +no model is approved that live could serve\n/);
  });

  test('says what was scored, by which model, and which devices to look at', () => {
    expect(text).toMatch(/rows scored +1,180 {2}that arrived from 2026-11-20T09:30:00\.000Z to 2026-11-20T10:30:00\.000Z\n/);
    expect(text).toMatch(/model +version 3 {2}job-1\n +devices +40\n +predictions +out\/predictions\n/);
    expect(text).toMatch(/devices to look at +0\.8124 {2}press-4, 2026-11-20T10:29:00\.000Z\n/);
    expect(text).not.toContain('Benchmark');
    expect(text).not.toContain('Endpoint');
    const nothing = { end: 'nothing-to-score', reason: 'no model is approved' } as const;
    expect(summarize({ ...report, scoring: nothing }, { tables: {}, quarantine: '', alerts: '' }, (path) => path)).toContain(
      'nothing to score       no model is approved\n',
    );
  });

  test('stands beside what others have published, the best first', () => {
    const benchmark = {
      doc: 'Life that was left.',
      devices: 100,
      rmse: 11.149,
      bias: 0.76,
      atMost: 11,
      published: [
        { what: 'CNN', rmse: 16.97, source: 'published' },
        { what: 'LSTM', rmse: 10.5, source: 'published' },
      ],
    };
    const compared = summarize({ ...report, benchmark }, { tables: {}, quarantine: '', alerts: '' }, (path) => path);
    expect(compared).toMatch(
      /LSTM +10\.50 {2}published\n +this run +11\.15 {2}100 devices, \+0\.76 in the mean\n +CNN +16\.97 .*\n +at most +11\.00 {2}MISSED\n/,
    );
  });

  test('says plainly when the balance is off, and where', () => {
    const records = { ...report.records, delivered: 1189, balanced: false };
    const off = summarize({ ...report, records }, { tables: {}, quarantine: '', alerts: '' }, (path) => path);
    expect(off).toContain('IS OFF');
    expect(off).toContain('delivered: injected 1190, found 1189');
  });
});

test.each([
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [1_234_567, '1.2 MB'],
  [5e12, '5000.0 GB'],
])('%d bytes are %s', (value, text) => {
  expect(bytes(value)).toBe(text);
});
