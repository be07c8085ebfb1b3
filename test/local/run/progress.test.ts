import { Progress } from '../../../local/run/progress';

function shown(isTerminal: boolean, script: (progress: Progress, wait: (ms: number) => void) => void): string {
  let text = '';
  let now = 0;
  const output = { write: (piece: string) => void (text += piece), isTerminal, columns: 60 };
  script(new Progress(output, () => now), (ms) => (now += ms));
  return text;
}

describe('progress without a terminal', () => {
  test('is one plain line per stage when it is quick', () => {
    const text = shown(false, (progress, wait) => {
      const line = progress.stage('synth');
      line.update('working');
      wait(1500);
      line.done('4 stacks');
    });
    expect(text).toBe('✓ synth         1.5 s  4 stacks\n');
  });

  test('is a line every five seconds when it is slow', () => {
    const text = shown(false, (progress, wait) => {
      const line = progress.stage('stream');
      for (let tick = 0; tick < 110; tick += 1) {
        line.update(`${tick} sent`, 0.5);
        line.tick();
        wait(100);
      }
      line.fail('failed');
    });
    expect(text.split('\n')).toEqual([
      '… stream        5.0 s  50 sent',
      '… stream       10.0 s  100 sent',
      '✗ stream       11.0 s  failed',
      '',
    ]);
  });
});

describe('progress in a terminal', () => {
  test('redraws one line, with a bar, and never wraps it', () => {
    const text = shown(true, (progress) => {
      progress.stage('stream').update('a text that is much longer than the terminal is wide, by far', 0.5);
    });
    expect(text.startsWith('\r\x1b[2K')).toBe(true);
    expect(text).toContain('████████████░░░░░░░░░░░░');
    expect(text.slice('\r\x1b[2K'.length).length).toBeLessThan(60);
    expect(text).not.toContain('\n');
  });
});
