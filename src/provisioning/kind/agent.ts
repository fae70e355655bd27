export type { AgentConfig as Agent } from '../../config/config.ts';
