import { ApiError, type Ask, headersOf, pathOf } from './ask.ts';
import type { Problem } from './types.ts';

/** Sends a large file by POST, and tells how much of it has gone, of 1. Throws {@link ApiError}; the signal's reason. */
export function sendFile<Answer>(
  path: string,
  how: Required<Pick<Ask, 'file' | 'signal'>> & Pick<Ask, 'query'>,
  progress: (share: number) => void,
): Promise<Answer> {
  const { query, file, signal } = how;
  // fetch does not tell how far it is.
  const request = new XMLHttpRequest();
  return new Promise<Answer>((resolve, reject) => {
    request.open('POST', pathOf(path, query));
    for (const [name, value] of Object.entries(headersOf({ method: 'POST', file })))
      request.setRequestHeader(name, value);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new ApiError(0, 'network', ''));
    request.onabort = () => reject(signal.reason);
    request.onload = () => {
      const { status, statusText } = request;
      const answer: unknown = request.response;
      if (status >= 200 && status < 300) return resolve(answer as Answer);
      const problem = answer as Problem | null;
      reject(
        problem?.code
          ? new ApiError(status, problem.code, problem.title, problem)
          : new ApiError(status, `http-${status}`, statusText),
      );
    };
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file.content);
  });
}
