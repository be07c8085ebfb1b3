import { differences } from '../../local/run/report';
import { AppRun } from './run-app';

jest.setTimeout(120_000);

describe('a run in which a worker is killed', () => {
  test('still delivers every record, and counts what was delivered twice', async () => {
    const run = new AppRun(['--records', '8000', '--devices', '40', '--shards', '4', '--kill-worker']);
    expect({ exitCode: await run.exitCode, stderr: run.stderr }).toMatchObject({ exitCode: 0 });

    const { records, consumers } = run.report();
    expect(run.stderr).toContain('consumer-1 was killed half-way');
    expect(consumers.map(({ maxRssBytes }) => maxRssBytes === null)).toEqual([true, false]);
    expect(records).toMatchObject({ sent: 8000, balanced: true });
    expect(differences(records)).toEqual([]);
    run.remove();
  });
});
