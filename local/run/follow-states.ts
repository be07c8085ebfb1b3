import { allStates, type Definition } from '../aws/step-functions/definition';
import type { StateEvent } from '../aws/step-functions/history';
import type { PipelineStateMachine } from '../template/pipeline';
import type { StageLine } from './progress';
import { isShown, type StateChange } from './state-progress';

/** Who is told of an execution's states. */
export interface StateListeners {
  /** Shows the state that is passed. @default - nobody looks */
  readonly line?: Pick<StageLine, 'update'>;
  /** Called with what happens to states, as it happens. @default nothing */
  readonly onState?: (change: StateChange) => void;
}

/** Tells of the states of a machine as its execution passes them, each with its type. */
export function followStates(
  { definition }: PipelineStateMachine,
  { line, onState }: StateListeners,
): (event: StateEvent) => void {
  const types = new Map(allStates(definition as unknown as Definition).map(({ name, state }) => [name, state.Type]));
  return ({ state: name, type: change }) => {
    const type = types.get(name) ?? '';
    if (change === 'entered' || change === 'exited') {
      onState?.({ change, name, type });
    }
    if (change === 'entered' && isShown(type)) {
      line?.update(name);
    }
  };
}
