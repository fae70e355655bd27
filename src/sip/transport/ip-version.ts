/** Whether an address literal is IPv6. For literals only, where one character tells; no regular expression. */
export function isV6(address: string): boolean {
  return address.includes(':');
}
