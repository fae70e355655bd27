import type { Builders, DeclaredNames, NameOf } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { ENDS, type NodeKind } from './node-kind.ts';

export interface SurveyNode {
  readonly type: 'survey';
  readonly survey: string;
}

declare module './tree.ts' {
  interface Nodes {
    readonly survey: SurveyNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Asks for a score; settles the call. As `afterTalk`: asked once a talk ended. */
    survey(name: NameOf<D, 'surveys'>): SurveyNode;
  }
}

const buildSurvey: Builders<DeclaredNames>['survey'] = (name) =>
  rememberPlace({ type: 'survey', survey: name }, buildSurvey);

export const survey: NodeKind<SurveyNode> = {
  word: { en: 'survey', zh: '满意度评价' },
  build: buildSurvey,
  fields: { survey: 'survey' },
  title: (node) => `survey ${node.survey}`,
  async run(node, { call }) {
    await call.answer();
    await call.survey(node.survey);
    return 'settled';
  },
  exits: () => ENDS,
};
