/** The options by which every command is told its tree and configuration. */
export const treeOptions = {
  tree: {
    type: 'string',
    requiresArg: true,
    describe:
      'A kernel tree: DIR, DIR@REV of a git repository, or model ' +
      '(default: the tree around the current directory, else the model tree)',
  },
  config: {
    type: 'string',
    requiresArg: true,
    describe: "A .config to build with (default: the tree's own, else a built-in one for x86-64)",
  },
} as const;
