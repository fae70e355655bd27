import type { PublicFacts } from '../api/types.ts';

/** A supervisor's words to some agents (班长消息). */
export type Message = { readonly id: string; readonly at: string } & PublicFacts['agent.message'];

/** Where those are kept that the stream has told since the page was opened, the newest last. */
export const MESSAGES = ['agent-messages'] as const;
