/** The SDK signs nothing without credentials; no stand-in checks them. */
export const LAB_CREDENTIALS = { accessKeyId: 'lab', secretAccessKey: 'lab' } as const;
