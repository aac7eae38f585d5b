# Completion of ordos-targets for fish: the tool itself is asked what may stand at the cursor.
function __ordos_targets_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    set -e words[1]
    set -l answer (env _ORDOS_TARGETS_COMPLETE=fish $program $words "$current" 2>/dev/null)
    if test "$answer[1]" = files
        set -l option (string match -r -- '^--[^=]+=' "$current"; or echo)
        for path in (__fish_complete_path (string replace -r -- '^--[^=]+=' '' "$current"))
            echo $option$path
        end
    else if set -q answer[2]
        printf '%s\n' $answer[2..-1]
    end
end
complete -c ordos-targets -f -k -a '(__ordos_targets_complete)'
