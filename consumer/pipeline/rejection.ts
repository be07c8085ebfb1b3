export { clip, Rejection, show } from '../../core/rejection';
