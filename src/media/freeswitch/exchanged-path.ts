import { PbxError } from '../../shared/errors.ts';

/**
 * A path as an argument of FreeSWITCH, which reads meaning into many characters: variables, options in braces, other
 * file interfaces, separators. Throws PbxError `freeswitch-path` for paths that hold such.
 */
export function exchangedPath(path: string): string {
  if (path.startsWith('/') && !/[\s'"`\\${}()[\]!&|;:^~<>?*%,]|\p{Cc}/u.test(path)) return path;
  throw new PbxError(
    'freeswitch-path',
    `FreeSWITCH cannot use ${JSON.stringify(path)}: rename it without blanks and signs`,
  );
}
