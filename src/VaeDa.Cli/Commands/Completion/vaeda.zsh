#compdef vaeda
# Completion of vaeda in zsh: source this file after compinit, or keep it as _vaeda in a folder of $fpath.
_vaeda() {
    local line
    local -a known
    for line in "${(@f)$(${~words[1]} complete -- "${(@)words[2,CURRENT]}" </dev/null 2>/dev/null)}"; do
        if [[ $line == :files ]]; then
            _files
        elif [[ -n $line ]]; then
            known+=("$line")
        fi
    done
    compadd -a known
}
if [[ ${funcstack[1]} == _vaeda ]]; then _vaeda "$@"; else compdef _vaeda vaeda; fi
