# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: zsh -f type-into.zsh SCRIPT LINE
# Prints what becomes of LINE by a tab at its end, in an interactive zsh that has the completion SCRIPT.
# The tab is pressed by the line editor itself as it starts: what is typed sooner may be taken otherwise.

zmodload zsh/zpty || exit
export TYPED=$2 SCRIPT=$1 ANSWER=$(mktemp) ZDOTDIR=$(mktemp -d)
cat >$ZDOTDIR/.zshrc <<'EOF'
PROMPT= RPROMPT=
autoload -Uz compinit
compinit -u -D
_lowmemctl() { source $SCRIPT }
compdef _lowmemctl lowmemctl
zle-line-init() {
	BUFFER=$TYPED CURSOR=${#TYPED}
	zle expand-or-complete
	print -r -- $BUFFER >$ANSWER
	kill -KILL $$
}
zle -N zle-line-init
EOF
zpty shell "TERM=dumb zsh -d -i"
while zpty -r shell line; do :; done
cat $ANSWER
rm -rf $ANSWER $ZDOTDIR
