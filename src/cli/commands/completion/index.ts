/**
 * `docker completion`: declared, so that its help is right; completion scripts of other shells
 * are not simulated.
 */
import type { Command, Group } from '../../command';
import { atMost, noArgs } from '../../command';
import { notSimulated } from '../../errors';

// eslint-disable-next-line require-yield
function* refuse(): Generator<never, never> {
  throw notSimulated('completion scripts of other shells');
}

const completionBash: Command = {
  kind: 'command',
  name: 'bash',
  usage: '',
  summary: 'Generate the autocompletion script for bash',
  long:
    'Generate the autocompletion script for the bash shell.\n\nThis script depends ' +
    "on the 'bash-completion' package.\nIf it is not installed already, you can " +
    "install it via your OS's package manager.\n\nTo load completions in your " +
    'current shell session:\n\n\tsource <(docker completion bash)\n\nTo load ' +
    'completions for every new session, execute once:\n\n#### Linux:\n\n\tdocker ' +
    'completion bash > /etc/bash_completion.d/docker\n\n#### macOS:\n\n\tdocker ' +
    'completion bash > $(brew --prefix)/etc/bash_completion.d/docker\n\nYou will ' +
    'need to start a new shell for this setup to take effect.',
  flags: [{ name: 'no-descriptions', type: 'bool', help: 'disable completion descriptions' }],
  args: noArgs,
  run: refuse,
};

const completionFish: Command = {
  kind: 'command',
  name: 'fish',
  usage: '[flags]',
  summary: 'Generate the autocompletion script for fish',
  long:
    'Generate the autocompletion script for the fish shell.\n\nTo load completions ' +
    'in your current shell session:\n\n\tdocker completion fish | source\n\nTo load ' +
    'completions for every new session, execute once:\n\n\tdocker completion fish > ' +
    '~/.config/fish/completions/docker.fish\n\nYou will need to start a new shell ' +
    'for this setup to take effect.',
  flags: [{ name: 'no-descriptions', type: 'bool', help: 'disable completion descriptions' }],
  args: atMost(1),
  run: refuse,
};

const completionPowershell: Command = {
  kind: 'command',
  name: 'powershell',
  usage: '[flags]',
  summary: 'Generate the autocompletion script for powershell',
  long:
    'Generate the autocompletion script for powershell.\n\nTo load completions in ' +
    'your current shell session:\n\n\tdocker completion powershell | Out-String | ' +
    'Invoke-Expression\n\nTo load completions for every new session, add the output ' +
    'of the above command\nto your powershell profile.',
  flags: [{ name: 'no-descriptions', type: 'bool', help: 'disable completion descriptions' }],
  args: atMost(1),
  run: refuse,
};

const completionZsh: Command = {
  kind: 'command',
  name: 'zsh',
  usage: '[flags]',
  summary: 'Generate the autocompletion script for zsh',
  long:
    'Generate the autocompletion script for the zsh shell.\n\nIf shell completion is ' +
    'not already enabled in your environment you will need\nto enable it.  You can ' +
    'execute the following once:\n\n\techo "autoload -U compinit; compinit" >> ' +
    '~/.zshrc\n\nTo load completions in your current shell session:\n\n\tsource ' +
    '<(docker completion zsh); compdef _docker docker\n\nTo load completions for ' +
    'every new session, execute once:\n\n#### Linux:\n\n\tdocker completion zsh > ' +
    '"${fpath[1]}/_docker"\n\n#### macOS:\n\n\tdocker completion zsh > $(brew ' +
    '--prefix)/share/zsh/site-functions/_docker\n\nYou will need to start a new ' +
    'shell for this setup to take effect.',
  flags: [{ name: 'no-descriptions', type: 'bool', help: 'disable completion descriptions' }],
  args: atMost(1),
  run: refuse,
};

export const completionGroup: Group = {
  kind: 'group',
  name: 'completion',
  summary: 'Generate the autocompletion script for the specified shell',
  long:
    'Generate the autocompletion script for docker for the specified shell.\nSee ' +
    "each sub-command's help for details on how to use the generated script.",
  commands: [completionBash, completionFish, completionPowershell, completionZsh],
};
