import { Progress } from '../../../local/run/progress';
import { StateProgress } from '../../../local/run/state-progress';

function shown(script: (states: StateProgress) => void): readonly string[] {
  let text = '';
  const states = new StateProgress(
    new Progress({ write: (piece) => void (text += piece), isTerminal: false, columns: 80 }, () => 0),
  );
  script(states);
  return text.match(/[✓✗] \w+/g) ?? [];
}
const enter = (states: StateProgress, type: string, ...names: readonly string[]): void =>
  names.forEach((name) => states.on({ change: 'entered', name, type }));

describe('the states of an execution', () => {
  test('have a line each, those that only decide or rename none', () => {
    const lines = shown((states) => {
      enter(states, 'Task', 'Plan');
      enter(states, 'Choice', 'IsThere');
      enter(states, 'Pass', 'Rename');
      enter(states, 'Task', 'Train');
      states.end();
    });
    expect(lines).toEqual(['✓ Plan', '✓ Train']);
  });

  test('have one line for a loop that waits, and another when it is come to again', () => {
    const lines = shown((states) => {
      for (const start of ['Start', 'Start']) {
        enter(states, 'Task', start);
        for (let poll = 0; poll < 5; poll += 1) {
          enter(states, 'Wait', 'Wait');
          enter(states, 'Task', 'Ask');
        }
        enter(states, 'Task', 'Record');
      }
      states.end();
    });
    expect(lines).toEqual(['✓ Start', '✓ Wait', '✓ Ask', '✓ Record', '✓ Start', '✓ Wait', '✓ Ask', '✓ Record']);
  });

  test('that are in a branch are told of by the state around them', () => {
    const lines = shown((states) => {
      enter(states, 'Parallel', 'Build');
      enter(states, 'Task', 'A', 'B');
      states.on({ change: 'exited', name: 'A', type: 'Task' });
      states.on({ change: 'exited', name: 'Build', type: 'Parallel' });
      enter(states, 'Fail', 'Failed');
      states.end('failed');
    });
    expect(lines).toEqual(['✓ Build', '✗ Failed']);
  });
});
