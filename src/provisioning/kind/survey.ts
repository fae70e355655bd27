export type { SurveyConfig as Survey } from '../../config/config.ts';
