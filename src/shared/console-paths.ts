/** Pages of the console, as the browser's address has them; what is below one belongs to it. The server answers these with the page. */
export const CONSOLE_PATHS = ['/', '/sign-in', '/live', '/calls', '/missed-calls', '/settings'] as const;
export type ConsolePath = (typeof CONSOLE_PATHS)[number];
