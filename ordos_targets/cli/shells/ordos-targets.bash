# Completion of ordos-targets for bash: the tool itself is asked what may stand at the cursor.
_ordos_targets() {
    local line mode=
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ -z $mode ]]; then
            mode=$line
        else
            COMPREPLY+=("${line%%$'\t'*}")
        fi
    done < <(_ORDOS_TARGETS_COMPLETE=bash "${1/#\~/$HOME}" "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    case $mode in
        files) compopt -o default 2>/dev/null ;;
        list) compopt -o nospace 2>/dev/null ;;
    esac
}
complete -o nosort -F _ordos_targets ordos-targets 2>/dev/null || complete -F _ordos_targets ordos-targets
