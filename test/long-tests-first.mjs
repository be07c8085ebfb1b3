import Sequencer from '@jest/test-sequencer';

/** The runs from end to end take longest and mostly wait: started first, everything else runs beside them, in a fresh clone too. */
export default class LongTestsFirst extends Sequencer {
  sort(tests) {
    const isLong = ({ path }) => /[\\/](?:e2e|permissions)[\\/]/.test(path);
    const sorted = super.sort([...tests]);
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
}
