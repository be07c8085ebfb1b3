import Sequencer from '@jest/test-sequencer';

/** The runs from end to end take longest and mostly wait: started first, everything else runs beside them, in a fresh clone too. */
export default class LongTestsFirst extends Sequencer {
  sort(tests) {
    const isLong = ({ path }) => path.includes('/e2e/') || path.includes('\\e2e\\');
    const sorted = super.sort([...tests]);
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
}
