/** Pages of the console, as the browser's address has them; what is below one belongs to it. The server answers these with the page. */
export const CONSOLE_PATHS = [
  '/',
  '/sign-in',
  '/desk',
  '/live',
  '/calls',
  '/missed-calls',
  '/voicemails',
  '/exports',
  '/wallboards',
  '/fault-reports',
  '/admin',
  '/flows',
  '/settings',
  '/setup',
] as const;
export type ConsolePath = (typeof CONSOLE_PATHS)[number];
/** Below it stand wallboards (大屏), each under the token of its link. */
export const WALL_PATH = '/wall';
