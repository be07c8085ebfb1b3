/**
 * The library's face for tests: a stream and a lease table in memory, and a clock that is set by hand, so that processors can be tried
 * with whole fleets of workers in milliseconds, always the same. They keep to the limits of the real ones. See `createWorkerOn`.
 */
export { InMemoryFanOut } from './in-memory/in-memory-fan-out';
export { InMemoryLeaseStore } from './in-memory/in-memory-lease-store';
export { InMemoryStream, type InMemoryStreamOptions, type PutOptions } from './in-memory/in-memory-stream';
export { VirtualClock } from './in-memory/virtual-clock';
