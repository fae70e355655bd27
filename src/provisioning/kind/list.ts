export type { ListConfig as List } from '../../config/config.ts';
