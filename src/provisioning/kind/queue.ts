export type { QueueConfig as Queue } from '../../config/config.ts';
