// Loaded into a child process before its program, which knows nothing of it: the channel to the parent closes when the parent is
// gone, however it went, and the child ends then. Neither side sends anything over it.
process.on('disconnect', () => process.exit(1));
process.channel?.unref();
