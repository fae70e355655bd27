import type { StubbedAnswer } from './test-order.ts';

/** Answers `http` nodes with what was prepared, by the beginning of the URL; the first that fits. Nothing leaves the house. */
export function stubbed(answers: readonly StubbedAnswer[]): typeof fetch {
  return async (input) => {
    const url = String(input);
    const found = answers.find((each) => url.startsWith(each.url));
    if (!found) throw new Error(`nothing was prepared for it: a test asks nobody outside`);
    const { status = 200, body = null } = found;
    // A body is not allowed with these (RFC 9110 15.3.5, 15.3.6).
    const isEmpty = status === 204 || status === 205 || status === 304;
    return new Response(isEmpty ? null : JSON.stringify(body), { status });
  };
}
