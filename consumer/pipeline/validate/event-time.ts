export { parseEventTime } from '../../../core/event-time';
