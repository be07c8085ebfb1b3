/** What is bundled: see `bundle.ts`. */
export { measureScaling } from './scaling';
export { simulate } from './simulation';
export { serve } from './thread';
