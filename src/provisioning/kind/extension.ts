export type { ExtensionConfig as Extension } from '../../config/config.ts';
