/** Where an execution is to be seen and stopped. */
export const consoleLink = (execution: string): string => {
  const region = execution.split(':')[3];
  return `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${execution}`;
};
