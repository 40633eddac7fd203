/** Made by tools/slurmrestd from the recorded specification of v0.0.42 and v0.0.45. */
export interface components {
    schemas: {
        AccountingJob: {
            array?: {
                /** Format: int32 */
                job_id?: number;
                limits?: {
                    max?: {
                        running?: {
                            /** Format: int32 */
                            tasks?: number;
                        };
                    };
                };
                task?: string;
                task_id?: components["schemas"]["uint32_no_val_struct"];
            };
            derived_exit_code?: components["schemas"]["process_exit_code_verbose"];
            exit_code?: components["schemas"]["process_exit_code_verbose"];
            het?: {
                /** Format: int32 */
                job_id?: number;
                job_offset?: components["schemas"]["uint32_no_val_struct"];
            };
            /** Format: int32 */
            job_id?: number;
            kill_request_user?: string;
            nodes?: string;
            state?: {
                current?: ("PENDING" | "RUNNING" | "SUSPENDED" | "COMPLETED" | "CANCELLED" | "FAILED" | "TIMEOUT" | "NODE_FAIL" | "PREEMPTED" | "BOOT_FAIL" | "DEADLINE" | "OUT_OF_MEMORY" | "LAUNCH_FAILED" | "REQUEUED" | "REQUEUE_HOLD" | "SPECIAL_EXIT" | "RESIZING" | "CONFIGURING" | "COMPLETING" | "STOPPED" | "RECONFIG_FAIL" | "POWER_UP_NODE" | "REVOKED" | "REQUEUE_FED" | "RESV_DEL_HOLD" | "SIGNALING" | "STAGE_OUT")[];
                reason?: string;
            };
            time?: {
                /** Format: int32 */
                elapsed?: number;
                /** Format: int64 */
                eligible?: number;
                /** Format: int64 */
                end?: number;
                limit?: components["schemas"]["uint32_no_val_struct"];
                planned?: components["schemas"]["uint64_no_val_struct"];
                /** Format: int64 */
                start?: number;
                /** Format: int64 */
                submission?: number;
                /** Format: int32 */
                suspended?: number;
                system?: {
                    /** Format: int64 */
                    microseconds?: number;
                    /** Format: int64 */
                    seconds?: number;
                };
                total?: {
                    /** Format: int64 */
                    microseconds?: number;
                    /** Format: int64 */
                    seconds?: number;
                };
                user?: {
                    /** Format: int64 */
                    microseconds?: number;
                    /** Format: int64 */
                    seconds?: number;
                };
            };
        };
        cron_entry: {
            command?: string;
            day_of_month?: string;
            day_of_week?: string;
            flags?: ("WILD_MINUTE" | "WILD_HOUR" | "WILD_DAY_OF_MONTH" | "WILD_MONTH" | "WILD_DAY_OF_WEEK")[];
            hour?: string;
            line?: {
                /** Format: int32 */
                end?: number;
                /** Format: int32 */
                start?: number;
            };
            minute?: string;
            month?: string;
            specification?: string;
        };
        csv_string: string[];
        JobDescription: {
            account?: string;
            account_gather_frequency?: string;
            admin_comment?: string;
            allocation_node_list?: string;
            /** Format: int32 */
            allocation_node_port?: number;
            argv?: components["schemas"]["string_array"];
            array?: string;
            batch_features?: string;
            begin_time?: components["schemas"]["uint64_no_val_struct"];
            burst_buffer?: string;
            cluster_constraint?: string;
            clusters?: string;
            comment?: string;
            constraints?: string;
            container?: string;
            container_id?: string;
            contiguous?: boolean;
            /** Format: int32 */
            core_specification?: number;
            cpu_binding?: string;
            cpu_binding_flags?: ("CPU_BIND_TO_THREADS" | "CPU_BIND_TO_CORES" | "CPU_BIND_TO_SOCKETS" | "CPU_BIND_TO_LDOMS" | "CPU_BIND_NONE" | "CPU_BIND_MAP" | "CPU_BIND_MASK" | "CPU_BIND_LDRANK" | "CPU_BIND_LDMAP" | "CPU_BIND_LDMASK" | "VERBOSE" | "CPU_BIND_ONE_THREAD_PER_CORE")[];
            cpu_frequency?: string;
            /** Format: int32 */
            cpus_per_task?: number;
            cpus_per_tres?: string;
            crontab?: components["schemas"]["cron_entry"];
            current_working_directory?: string;
            /** Format: int64 */
            deadline?: number;
            /** Format: int32 */
            delay_boot?: number;
            dependency?: string;
            distribution?: string;
            distribution_plane_size?: components["schemas"]["uint16_no_val_struct"];
            /** Format: int64 */
            end_time?: number;
            environment?: components["schemas"]["string_array"];
            excluded_nodes?: components["schemas"]["csv_string"];
            extra?: string;
            flags?: ("KILL_INVALID_DEPENDENCY" | "NO_KILL_INVALID_DEPENDENCY" | "HAS_STATE_DIRECTORY" | "TESTING_BACKFILL" | "GRES_BINDING_ENFORCED" | "TEST_NOW_ONLY" | "SEND_JOB_ENVIRONMENT" | "SPREAD_JOB" | "PREFER_MINIMUM_NODE_COUNT" | "JOB_KILL_HURRY" | "SKIP_TRES_STRING_ACCOUNTING" | "SIBLING_CLUSTER_UPDATE_ONLY" | "HETEROGENEOUS_JOB" | "EXACT_TASK_COUNT_REQUESTED" | "EXACT_CPU_COUNT_REQUESTED" | "TESTING_WHOLE_NODE_BACKFILL" | "TOP_PRIORITY_JOB" | "ACCRUE_COUNT_CLEARED" | "GRES_BINDING_DISABLED" | "JOB_WAS_RUNNING" | "JOB_ACCRUE_TIME_RESET" | "CRON_JOB" | "EXACT_MEMORY_REQUESTED" | "USING_DEFAULT_ACCOUNT" | "USING_DEFAULT_PARTITION" | "USING_DEFAULT_QOS" | "USING_DEFAULT_WCKEY" | "DEPENDENT" | "MAGNETIC" | "PARTITION_ASSIGNED" | "BACKFILL_ATTEMPTED" | "SCHEDULING_ATTEMPTED" | "STEPMGR_ENABLED")[];
            group_id?: string;
            /** Format: int32 */
            hetjob_group?: number;
            hold?: boolean;
            immediate?: boolean;
            /** Format: int32 */
            job_id?: number;
            kill_on_node_fail?: boolean;
            kill_warning_delay?: components["schemas"]["uint16_no_val_struct"];
            kill_warning_flags?: ("BATCH_JOB" | "ARRAY_TASK" | "FULL_STEPS_ONLY" | "FULL_JOB" | "FEDERATION_REQUEUE" | "HURRY" | "OUT_OF_MEMORY" | "NO_SIBLING_JOBS" | "RESERVATION_JOB" | "VERBOSE" | "CRON_JOBS" | "WARNING_SENT")[];
            kill_warning_signal?: string;
            licenses?: string;
            mail_type?: ("BEGIN" | "END" | "FAIL" | "REQUEUE" | "TIME=100%" | "TIME=90%" | "TIME=80%" | "TIME=50%" | "STAGE_OUT" | "ARRAY_TASKS" | "INVALID_DEPENDENCY")[];
            mail_user?: string;
            /** Format: int32 */
            maximum_cpus?: number;
            /** Format: int32 */
            maximum_nodes?: number;
            mcs_label?: string;
            memory_binding?: string;
            memory_binding_type?: ("NONE" | "RANK" | "MAP" | "MASK" | "LOCAL" | "VERBOSE" | "PREFER")[];
            memory_per_cpu?: components["schemas"]["uint64_no_val_struct"];
            memory_per_node?: components["schemas"]["uint64_no_val_struct"];
            memory_per_tres?: string;
            /** Format: int32 */
            minimum_boards_per_node?: number;
            /** Format: int32 */
            minimum_cpus?: number;
            /** Format: int32 */
            minimum_cpus_per_node?: number;
            /** Format: int32 */
            minimum_nodes?: number;
            /** Format: int32 */
            minimum_sockets_per_board?: number;
            name?: string;
            network?: string;
            /** Format: int32 */
            nice?: number;
            nodes?: string;
            /** Format: int32 */
            ntasks_per_tres?: number;
            /** Format: int32 */
            oom_kill_step?: number;
            open_mode?: ("APPEND" | "TRUNCATE")[];
            overcommit?: boolean;
            partition?: string;
            prefer?: string;
            priority?: components["schemas"]["uint32_no_val_struct"];
            profile?: ("NOT_SET" | "NONE" | "ENERGY" | "LUSTRE" | "NETWORK" | "TASK")[];
            qos?: string;
            reboot?: boolean;
            requeue?: boolean;
            required_nodes?: components["schemas"]["csv_string"];
            required_switches?: components["schemas"]["uint32_no_val_struct"];
            reservation?: string;
            /** Format: int32 */
            reserve_ports?: number;
            rlimits?: {
                as?: components["schemas"]["uint64_no_val_struct"];
                core?: components["schemas"]["uint64_no_val_struct"];
                cpu?: components["schemas"]["uint64_no_val_struct"];
                data?: components["schemas"]["uint64_no_val_struct"];
                fsize?: components["schemas"]["uint64_no_val_struct"];
                memlock?: components["schemas"]["uint64_no_val_struct"];
                nofile?: components["schemas"]["uint64_no_val_struct"];
                nproc?: components["schemas"]["uint64_no_val_struct"];
                rss?: components["schemas"]["uint64_no_val_struct"];
                stack?: components["schemas"]["uint64_no_val_struct"];
            };
            script?: string;
            segment_size?: components["schemas"]["uint16_no_val_struct"];
            selinux_context?: string;
            shared?: ("none" | "oversubscribe" | "user" | "mcs" | "topo")[];
            /** Format: int32 */
            site_factor?: number;
            /** Format: int32 */
            sockets_per_node?: number;
            spank_environment?: components["schemas"]["string_array"];
            standard_error?: string;
            standard_input?: string;
            standard_output?: string;
            /** Format: int32 */
            tasks?: number;
            /** Format: int32 */
            tasks_per_board?: number;
            /** Format: int32 */
            tasks_per_core?: number;
            /** Format: int32 */
            tasks_per_node?: number;
            /** Format: int32 */
            tasks_per_socket?: number;
            /** Format: int32 */
            temporary_disk_per_node?: number;
            /** Format: int32 */
            thread_specification?: number;
            /** Format: int32 */
            threads_per_core?: number;
            time_limit?: components["schemas"]["uint32_no_val_struct"];
            time_minimum?: components["schemas"]["uint32_no_val_struct"];
            tres_bind?: string;
            tres_freq?: string;
            tres_per_job?: string;
            tres_per_node?: string;
            tres_per_socket?: string;
            tres_per_task?: string;
            user_id?: string;
            wait_all_nodes?: boolean;
            /** Format: int32 */
            wait_for_switch?: number;
            wckey?: string;
            x11?: ("FORWARD_ALL_NODES" | "BATCH_NODE" | "FIRST_NODE" | "LAST_NODE")[];
            x11_magic_cookie?: string;
            x11_target_host?: string;
            /** Format: int32 */
            x11_target_port?: number;
        };
        process_exit_code_verbose: {
            return_code?: components["schemas"]["uint32_no_val_struct"];
            signal?: {
                id?: components["schemas"]["uint16_no_val_struct"];
                name?: string;
            };
            status?: ("INVALID" | "PENDING" | "SUCCESS" | "ERROR" | "SIGNALED" | "CORE_DUMPED")[];
        };
        QueueJob: {
            array_job_id?: components["schemas"]["uint32_no_val_struct"];
            array_task_id?: components["schemas"]["uint32_no_val_struct"];
            array_task_string?: string;
            comment?: string;
            end_time?: components["schemas"]["uint64_no_val_struct"];
            exit_code?: components["schemas"]["process_exit_code_verbose"];
            het_job_id?: components["schemas"]["uint32_no_val_struct"];
            het_job_offset?: components["schemas"]["uint32_no_val_struct"];
            /** Format: int32 */
            job_id?: number;
            job_state?: ("PENDING" | "RUNNING" | "SUSPENDED" | "COMPLETED" | "CANCELLED" | "FAILED" | "TIMEOUT" | "NODE_FAIL" | "PREEMPTED" | "BOOT_FAIL" | "DEADLINE" | "OUT_OF_MEMORY" | "LAUNCH_FAILED" | "REQUEUED" | "REQUEUE_HOLD" | "SPECIAL_EXIT" | "RESIZING" | "CONFIGURING" | "COMPLETING" | "STOPPED" | "RECONFIG_FAIL" | "POWER_UP_NODE" | "REVOKED" | "REQUEUE_FED" | "RESV_DEL_HOLD" | "SIGNALING" | "STAGE_OUT")[];
            nodes?: string;
            pre_sus_time?: components["schemas"]["uint64_no_val_struct"];
            /** Format: int32 */
            restart_cnt?: number;
            start_time?: components["schemas"]["uint64_no_val_struct"];
            state_reason?: string;
            submit_time?: components["schemas"]["uint64_no_val_struct"];
            suspend_time?: components["schemas"]["uint64_no_val_struct"];
            /** Format: int32 */
            user_id?: number;
        };
        string_array: string[];
        uint16_no_val_struct: {
            infinite?: boolean;
            /** Format: int32 */
            number?: number;
            set?: boolean;
        };
        uint32_no_val_struct: {
            infinite?: boolean;
            /** Format: int32 */
            number?: number;
            set?: boolean;
        };
        uint64_no_val_struct: {
            infinite?: boolean;
            /** Format: int64 */
            number?: number;
            set?: boolean;
        };
    };
}
