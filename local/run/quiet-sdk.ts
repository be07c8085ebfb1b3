/** The SDK tells every process that runs on Node.js 20 that it will ask for 22 one day; this keeps it out of the logs. */
export const quietSdk = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' } as const;
