export type { TrunkConfig as Trunk } from '../../config/config.ts';
