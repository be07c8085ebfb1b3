export { quarantineLines, type RejectedRecord } from '../../core/quarantine-lines';
