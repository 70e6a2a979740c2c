# Completion of vaeda in fish: source this file, or keep it as ~/.config/fish/completions/vaeda.fish.
function __vaeda_complete
    set -l before (commandline -opc)
    set -l word (commandline -ct)
    set -l program $before[1]
    for line in ($program complete -- $before[2..-1] "$word" </dev/null 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path "$word"
        else
            echo $line
        end
    end
end
complete -c vaeda -f -a '(__vaeda_complete)'
