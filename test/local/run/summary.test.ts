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
  workers: 2,
  shards: 4,
  consumers: [{ workerId: 'consumer-1', maxRssBytes: 150e6, deviceStatesWritten: 1_234 }],
  seconds: { synth: 3, total: 50 },
};

describe('the summary', () => {
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
