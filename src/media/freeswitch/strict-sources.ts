/**
 * Header of an INVITE that says `true` where the channel takes audio from the party's address alone (media/freeswitch/conf).
 * Otherwise it takes anybody's, once.
 */
export const STRICT_HEADER = 'X-pbx400-strict';

/** Whether the server runs a configuration that looks at {@link STRICT_HEADER}: one of an older pbx400 may still run. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: FreeSWITCH puts the value in
export const STRICT_QUESTION = 'eval strict=${pbx400_strict}';
export const STRICT_ANSWER = 'strict=true';

/** The first release that finds a phone behind NAT among strangers (`rtp_auto_adjustment_wait_for_advertised_ms`). */
const SINCE = [1, 11, 2] as const;

/** @param version as `version short` answers, `1.11.3-dev` */
export function canRefuseStrangers(version: string): boolean {
  const parts = version.trim().split(/[.-]/).map(Number);
  for (const [index, since] of SINCE.entries()) {
    const part = parts[index] ?? 0;
    if (part !== since) return part > since;
  }
  // what became that release may lack it
  return !version.includes('-dev');
}
