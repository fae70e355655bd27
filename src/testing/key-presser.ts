import type { FlowCall, GatherOptions } from '../dialplan/run/flow-call.ts';

/** What a hotline asks its caller for. */
export type Question = Pick<GatherOptions, 'purpose' | 'secret' | 'min'>;

/** `call`, telling `onAsked` each time before it asks its caller for keys. */
export function watchQuestions(call: FlowCall, onAsked: (question: Question) => void): FlowCall {
  return new Proxy(call, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (name === 'gather') onAsked(args[0] as GatherOptions);
        if (name === 'survey') onAsked({ purpose: 'survey' });
        return Reflect.apply(value, target, args) as unknown;
      };
    },
  });
}

/** Answers to questions: what to press, '' for nothing. */
export type Answers = (question: Question) => string;

/** One input after the other, whatever is asked. */
export function inOrder(inputs: readonly string[]): Answers {
  const left = [...inputs];
  return () => left.shift() ?? '';
}
