export const WEBHOOKS = ['webhooks'] as const;
export const webhookPath = (id: string) => `/webhooks/${encodeURIComponent(id)}`;
