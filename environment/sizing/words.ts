/** As people say it: 1 pod, 3 pods. */
export const podsInWords = (count: number): string => `${count} ${count === 1 ? 'pod' : 'pods'}`;
