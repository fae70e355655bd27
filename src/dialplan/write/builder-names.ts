/** The names that the builders take, narrowed to those that the code declared. */
import type { CalendarRules } from '../../calendar/calendar-rules.ts';
import type { CallerMatch } from '../node/caller-rule.ts';
import type { Prompt } from '../run/flow-call.ts';
import type { ScriptCall } from '../run/script-call.ts';

/** The words of a dialplan. `D` are the names declared in code. Each kind of node adds its own. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
// biome-ignore lint/correctness/noUnusedVariables: its parameters are the same everywhere
export interface Builders<D extends DeclaredNames> {}

/** Names that the configuration knows, declared in code so that a mistyped one is a type error. */
export interface DeclaredNames {
  readonly prompts?: readonly string[];
  readonly queues?: readonly string[];
  readonly lists?: readonly string[];
  readonly skills?: readonly string[];
  readonly mailboxes?: readonly string[];
  readonly surveys?: readonly string[];
  readonly trunks?: readonly string[];
  readonly extensions?: readonly string[];
  /** Numbers of groups of phones, and of conference rooms. */
  readonly groups?: readonly string[];
  readonly conferences?: readonly string[];
  /** Lines, calendars and flows of the hotline itself; calendars of its company too. */
  readonly lines?: readonly string[];
  readonly calendars?: readonly string[];
  readonly flows?: readonly string[];
}

/** The declared names of one kind; any string when that kind was not declared. */
export type NameOf<
  D extends DeclaredNames,
  Kind extends keyof DeclaredNames,
> = D[Kind] extends readonly (infer Name)[] ? Name & string : string;

type PromptOf<D extends DeclaredNames> = NameOf<D, 'prompts'> | Exclude<Prompt, string>;
export type PromptsOf<D extends DeclaredNames> = PromptOf<D> | readonly PromptOf<D>[];
export type CalendarOf<D extends DeclaredNames> =
  | NameOf<D, 'calendars'>
  | 'CN-office-hours'
  | '24x7'
  | CalendarRules;
type SingleKey = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '*' | '#';
/** Branches by key of the telephone. */
export type OnKeys<Branch> = { readonly [key in SingleKey]?: Branch } & { readonly [keys: number]: Branch };
export type Who = CallerMatch | readonly CallerMatch[];

/** The live call with the declared names in its verbs. */
export type CallOf<D extends DeclaredNames> = Omit<
  ScriptCall,
  'play' | 'gather' | 'queue' | 'group' | 'conference' | 'voicemail' | 'survey' | 'callback'
> & {
  play(prompts: PromptsOf<D>, options?: Parameters<ScriptCall['play']>[1]): ReturnType<ScriptCall['play']>;
  gather(
    options: Omit<Parameters<ScriptCall['gather']>[0], 'prompt'> & { readonly prompt?: PromptsOf<D> },
  ): ReturnType<ScriptCall['gather']>;
  queue(
    name: NameOf<D, 'queues'>,
    options?: Parameters<ScriptCall['queue']>[1],
  ): ReturnType<ScriptCall['queue']>;
  group(number: NameOf<D, 'groups'>): ReturnType<ScriptCall['group']>;
  conference(number: NameOf<D, 'conferences'>): ReturnType<ScriptCall['conference']>;
  voicemail(
    box: NameOf<D, 'mailboxes'>,
    options?: Omit<NonNullable<Parameters<ScriptCall['voicemail']>[1]>, 'prompt'> & {
      readonly prompt?: PromptsOf<D>;
    },
  ): ReturnType<ScriptCall['voicemail']>;
  survey(name: NameOf<D, 'surveys'>): ReturnType<ScriptCall['survey']>;
  callback(queue: NameOf<D, 'queues'>): ReturnType<ScriptCall['callback']>;
};
